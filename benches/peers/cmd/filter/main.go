// Command filter extracts a number from each tag that a pattern matches and picks the greatest, as Flux's filterTags
// with a numerical policy does: the extracted values are the keys of a map to the tags. An exclusion, where one is given,
// comes first.
package main

import (
	"regexp"
	"strconv"

	"github.com/tagwright/tagwright/benches/peers/internal/exclude"
	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

func main() {
	args := report.Args(4, "TAGS-FILE PATTERN EXTRACT EXCLUSION")
	tags := report.Lines(args[0])
	watch := report.Start()
	tags = exclude.Matching(tags, args[3])
	pattern, err := regexp.Compile(args[1])
	report.Check(err)
	watch.Print(latest(extracted(tags, pattern, args[2])))
}

func extracted(tags []string, pattern *regexp.Regexp, template string) map[string]string {
	filtered := make(map[string]string)
	for _, tag := range tags {
		if match := pattern.FindStringSubmatchIndex(tag); len(match) > 0 {
			filtered[string(pattern.ExpandString(nil, template, tag, match))] = tag
		}
	}
	return filtered
}

func latest(filtered map[string]string) string {
	var best float64
	tag := "-"
	for key, original := range filtered {
		number, err := strconv.ParseFloat(key, 64)
		report.Check(err)
		if tag == "-" || number > best {
			best, tag = number, original
		}
	}
	return tag
}
