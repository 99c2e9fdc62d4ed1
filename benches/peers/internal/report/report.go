// Package report prints what every peer prints: one line that the run script reads.
package report

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
)

// Stopwatch starts when the inputs are in memory, so that start-up and reading are not counted.
type Stopwatch struct {
	start   time.Time
	idleKiB string
}

// Start starts a stopwatch.
func Start() Stopwatch { return Stopwatch{idleKiB: residentKiB("VmRSS:"), start: time.Now()} }

// Print writes "seconds peak-KiB idle-KiB answer"; the answer shows that both sides did the same work.
func (s Stopwatch) Print(answer any) {
	seconds := time.Since(s.start).Seconds()
	fmt.Printf("%.6f %s %s %v\n", seconds, residentKiB("VmHWM:"), s.idleKiB, answer)
}

// Lines reads a file of one item a line.
func Lines(path string) []string {
	data, err := os.ReadFile(path)
	Check(err)
	return strings.Split(strings.TrimRight(string(data), "\n"), "\n")
}

// Check ends the program when there is an error.
func Check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Args gives the n arguments, or ends the program with its usage.
func Args(n int, usage string) []string {
	if len(os.Args) != n+1 {
		fmt.Fprintln(os.Stderr, "usage: "+os.Args[0]+" "+usage)
		os.Exit(2)
	}
	return os.Args[1:]
}

// residentKiB reads the resident set (VmRSS) or its high-water mark (VmHWM), which the kernel starts anew at exec.
func residentKiB(field string) string {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return "0"
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), field); found {
			return strings.Fields(value)[0]
		}
	}
	return "0"
}
