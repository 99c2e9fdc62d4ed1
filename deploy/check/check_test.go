package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type fault struct{ old, new, problem string }

// Each fault is put into the real file, whose problems it then is.
func faults(t *testing.T, file string, check func(string, []byte) []string, faults []fault) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		t.Fatal(err)
	}
	if found := check(file, text); len(found) > 0 {
		t.Errorf("%s: %v", file, found)
	}
	for _, fault := range faults {
		if !strings.Contains(string(text), fault.old) {
			t.Errorf("%s holds no '%s'", file, fault.old)
		}
		found := check(file, []byte(strings.ReplaceAll(string(text), fault.old, fault.new)))
		has := func(problem string) bool { return strings.Contains(problem, fault.problem) }
		if !slices.ContainsFunc(found, has) {
			t.Errorf("%s with '%s': wanted '%s', found %q", file, fault.new, fault.problem, found)
		}
	}
}

func TestDeployment(t *testing.T) {
	faults(t, "kubernetes/watch.yaml", kubernetes, []fault{
		{"replicas: 1", "replicas: 2", "may run more than one at once"},
		{"replicas: 1", "replica: 1", `unknown field "replica"`},
		{"type: Recreate", "type: RollingUpdate", "may run more than one at once"},
		{"kind: Deployment", "kind: Role", "none of the kinds"},
		{"automountServiceAccountToken: false", "automountServiceAccountToken: true", "a service account"},
		{"runAsUser: 65532", "runAsUser: 0", "may run as root"},
		{"type: RuntimeDefault", "type: Unconfined", "no seccomp profile"},
		{":0.1.0", ":latest", "the image ghcr.io/example/tagwright:latest moves"},
		{"drop: [ALL]", "drop: [CHOWN]", "has capabilities"},
		{"readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "can write to its root"},
		{"memory: 512Mi", "memory: 512Miau", "quantities must match"},
		{"limits: {memory: 512Mi}", "limits: {}", "the limit of memory"},
		{"port: status", "port: http", "a probe asks the port 'http'"},
		{"path: /readyz, ", "pth: /readyz, ", "unknown field"},
		{"0.0.0.0:9440", "0.0.0.0:9441", "--listen 0.0.0.0:9441 is no port"},
		{"mountPath: /tmp", "mountPath: /temp", "nothing is mounted at /tmp"},
		{"dir:/etc/tagwright/git", "dir:/etc/secrets/git", "is no mounted Secret"},
		{"- /var/lib/tagwright\n", "- /var/lib/elsewhere\n", "--state /var/lib/elsewhere cannot be written"},
		{"0.0.0.0:9292", "0.0.0.0:9293", "--webhook 0.0.0.0:9293 is no port"},
		{"targetPort: webhook", "targetPort: hook", "the Service leads to the port 'hook'"},
		{"selector: {app.kubernetes.io/name: tagwright}", "selector: {app: tagwright}", "the Service selects app=tagwright"},
		{"- name: state\n              mountPath", "- name: stat\n              mountPath", "there is no volume stat"},
	})
}

func TestCronJob(t *testing.T) {
	faults(t, "kubernetes/run.yaml", kubernetes, []fault{
		{"concurrencyPolicy: Forbid", "concurrencyPolicy: Allow", "may run more than one at once"},
		{"activeDeadlineSeconds: 900", "backoffLimit: 1", "already set in map"},
		{"      activeDeadlineSeconds: 900\n", "", "a job that hangs"},
		{"apiVersion: batch/v1\n", "apiVersion: batch/v1beta1\n", "none of the kinds"},
	})
}

func TestDockerfile(t *testing.T) {
	faults(t, "Dockerfile", dockerfile, []fault{
		{"USER 65532:65532", "USER tagwright", "the user 'tagwright' is root, or no number"},
		{"USER 65532:65532", "USER 0", "the user '0'"},
		{"USER 65532:65532", "USR 65532", "unknown instruction"},
		{`["/sbin/tini", "--", "tagwright"]`, "tagwright", "the entry point is not tini"},
		{"--from=build", "--from=builder", "no earlier stage builder"},
		{"FROM alpine:${ALPINE}", "FROM alpine", "the image alpine moves"},
		{" openssh-client-default", "", "openssh-client-default is not installed"},
		{"COPY . .", "ADD https://example.com/src.tar .", "copy instead"},
	})
}

func TestWorkflows(t *testing.T) {
	faults(t, "github/plan.yml", workflow, []fault{
		{"runs-on: ubuntu-latest", "runs_on: ubuntu-latest", "unexpected key"},
		{"github.event.pull_request.number", "github.evnt.pull_request.number", "not defined in object type"},
		{"pull-requests: write", "pull-requests: all", "is invalid as permission"},
		{`"$PULL_REQUEST"`, "${{ github.event.pull_request.title }}", "potentially untrusted"},
	})
	faults(t, "github/run.yml", workflow, []fault{
		{"7,37 * * * *", "7,37 * * *", "invalid CRON format"},
	})
}
