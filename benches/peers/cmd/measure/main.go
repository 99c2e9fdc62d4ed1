// Command measure runs another program and prints "seconds peak-KiB idle-KiB answer" for it: the time from start to end,
// the peak resident set of it or of the largest of its children, 0, and the number of lines that it wrote.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

func main() {
	if len(os.Args) < 2 {
		report.Args(1, "PROGRAM [ARGUMENTS]")
	}
	var output bytes.Buffer
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, &output, os.Stderr
	start := time.Now()
	err := command.Run()
	seconds := time.Since(start).Seconds()
	report.Check(err)
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	fmt.Printf("%.6f %d 0 %d\n", seconds, usage.Maxrss, bytes.Count(output.Bytes(), []byte("\n")))
}
