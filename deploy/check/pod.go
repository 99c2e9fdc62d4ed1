package main

import (
	"fmt"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
)

func podProblems(pod core.PodSpec) []string {
	var problems []string
	tell := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken || pod.ServiceAccountName != "" {
		tell("the pod has a service account, which it does not need")
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC {
		tell("the pod shares a namespace with its host")
	}
	security := pod.SecurityContext
	if security == nil || !is(security.RunAsNonRoot) || security.RunAsUser == nil || *security.RunAsUser == 0 {
		tell("the pod may run as root, or as a user that has no number")
	}
	if security == nil || security.SeccompProfile == nil || security.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
		tell("the pod has no seccomp profile RuntimeDefault")
	}
	if len(pod.Containers) != 1 {
		return append(problems, "one container is wanted")
	}
	return append(problems, containerProblems(pod.Containers[0], pod.Volumes)...)
}

func containerProblems(container core.Container, volumes []core.Volume) []string {
	var problems []string
	tell := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if _, version, found := strings.Cut(container.Image, ":"); !found || version == "latest" {
		tell("the image %s moves; name a version of it", container.Image)
	}
	if !isConfined(container.SecurityContext) {
		tell("the container can write to its root, gain privileges or has capabilities")
	}
	resources := container.Resources
	if resources.Requests.Cpu().IsZero() || resources.Requests.Memory().IsZero() || resources.Limits.Memory().IsZero() {
		tell("requests of cpu and memory, or the limit of memory, are missing")
	}
	for _, variable := range container.Env {
		if variable.ValueFrom != nil {
			tell("the variable %s holds a secret; mount it instead", variable.Name)
		}
	}
	for _, probe := range []*core.Probe{container.ReadinessProbe, container.LivenessProbe, container.StartupProbe} {
		if probe != nil && !hasPort(container, probe.HTTPGet.Port.StrVal) {
			tell("a probe asks the port '%s', which the container has not", probe.HTTPGet.Port.String())
		}
	}
	problems = append(problems, mountProblems(container, volumes)...)
	return append(problems, argumentProblems(container, volumes)...)
}

func isConfined(security *core.SecurityContext) bool {
	return security != nil && is(security.ReadOnlyRootFilesystem) &&
		security.AllowPrivilegeEscalation != nil && !*security.AllowPrivilegeEscalation &&
		security.Capabilities != nil && slices.Equal(security.Capabilities.Drop, []core.Capability{"ALL"}) &&
		len(security.Capabilities.Add) == 0 && !is(security.Privileged)
}

// mountProblems are mounts without a volume, volumes without a mount, and a /tmp that cannot be written.
func mountProblems(container core.Container, volumes []core.Volume) []string {
	var problems []string
	for _, volume := range volumes {
		if _, found := mount(container, func(m core.VolumeMount) bool { return m.Name == volume.Name }); !found {
			problems = append(problems, fmt.Sprintf("the volume %s is mounted nowhere", volume.Name))
		}
	}
	for _, mount := range container.VolumeMounts {
		if !slices.ContainsFunc(volumes, func(v core.Volume) bool { return v.Name == mount.Name }) {
			problems = append(problems, fmt.Sprintf("there is no volume %s", mount.Name))
		}
	}
	if _, found := mount(container, func(m core.VolumeMount) bool { return m.MountPath == "/tmp" && !m.ReadOnly }); !found {
		problems = append(problems, "nothing is mounted at /tmp, where the program writes")
	}
	return problems
}

// argumentProblems are Secrets, addresses and folders that the arguments name and the pod does not have.
func argumentProblems(container core.Container, volumes []core.Volume) []string {
	var problems []string
	tell := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	for i, argument := range container.Args {
		value := ""
		if i+1 < len(container.Args) {
			value = container.Args[i+1]
		}
		switch argument {
		case "--secret":
			_, path, _ := strings.Cut(value, "=dir:")
			if !isSecret(path, container, volumes) {
				tell("--secret %s is no mounted Secret", value)
			}
		case "--listen", "--webhook":
			port := value[strings.LastIndex(value, ":")+1:]
			if !slices.ContainsFunc(container.Ports, func(p core.ContainerPort) bool { return fmt.Sprint(p.ContainerPort) == port }) {
				tell("%s %s is no port of the container", argument, value)
			}
		case "--state", "--control":
			at := func(m core.VolumeMount) bool {
				return value == m.MountPath || strings.HasPrefix(value, m.MountPath+"/")
			}
			if found, ok := mount(container, at); !ok || found.ReadOnly {
				tell("%s %s cannot be written", argument, value)
			}
		}
	}
	return problems
}

func isSecret(path string, container core.Container, volumes []core.Volume) bool {
	found, ok := mount(container, func(m core.VolumeMount) bool { return m.MountPath == path && m.ReadOnly })
	return ok && slices.ContainsFunc(volumes, func(v core.Volume) bool { return v.Name == found.Name && v.Secret != nil })
}

func mount(container core.Container, is func(core.VolumeMount) bool) (core.VolumeMount, bool) {
	for _, mount := range container.VolumeMounts {
		if is(mount) {
			return mount, true
		}
	}
	return core.VolumeMount{}, false
}

func is(flag *bool) bool { return flag != nil && *flag }
