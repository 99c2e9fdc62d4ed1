// Command select picks the greatest tag of a list in a range, as Flux's semver policy does, among those that the
// exclusion, where one is given, leaves over.
package main

import (
	"github.com/Masterminds/semver/v3"
	"github.com/fluxcd/pkg/version"
	"github.com/tagwright/tagwright/benches/peers/internal/exclude"
	"github.com/tagwright/tagwright/benches/peers/internal/report"
)

func main() {
	args := report.Args(3, "TAGS-FILE RANGE EXCLUSION")
	tags := report.Lines(args[0])
	watch := report.Start()
	tags = exclude.Matching(tags, args[2])
	constraint, err := semver.NewConstraint(args[1])
	report.Check(err)
	watch.Print(latest(tags, constraint))
}

func latest(tags []string, constraint *semver.Constraints) string {
	var best *semver.Version
	for _, tag := range tags {
		v, err := version.ParseVersion(tag)
		if err == nil && constraint.Check(v) && (best == nil || v.GreaterThan(best)) {
			best = v
		}
	}
	if best == nil {
		return "-"
	}
	return best.Original()
}
