// Package exclude drops tags before a policy sees them.
package exclude

import (
	"regexp"

	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

// Matching gives the tags that the pattern does not match, as an ImageRepository's exclusionList leaves them; an empty
// pattern leaves all.
func Matching(tags []string, pattern string) []string {
	if pattern == "" {
		return tags
	}
	excluded, err := regexp.Compile(pattern)
	report.Check(err)
	var left []string
	for _, tag := range tags {
		if !excluded.MatchString(tag) {
			left = append(left, tag)
		}
	}
	return left
}
