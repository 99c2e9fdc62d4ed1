package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	documents "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// The kinds that the folder needs. No Role is among them, nor a ServiceAccount: the program asks no cluster anything.
var kinds = map[meta.TypeMeta]func() any{
	{APIVersion: "v1", Kind: "Service"}:         func() any { return new(core.Service) },
	{APIVersion: "apps/v1", Kind: "Deployment"}: func() any { return new(apps.Deployment) },
	{APIVersion: "batch/v1", Kind: "CronJob"}:   func() any { return new(batch.CronJob) },
}

// kubernetes decodes each document strictly: a field that its type has not is a problem.
func kubernetes(_ string, text []byte) []string {
	var problems []string
	var objects []any
	reader := documents.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return append(problems, err.Error())
		}
		object, err := decode(document)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		objects = append(objects, object)
	}
	if len(objects) == 0 {
		problems = append(problems, "no object stands in it")
	}
	return append(problems, objectProblems(objects)...)
}

func decode(document []byte) (any, error) {
	var kind meta.TypeMeta
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return nil, err
	}
	make, known := kinds[kind]
	if !known {
		return nil, fmt.Errorf("%s %s is none of the kinds that are needed", kind.APIVersion, kind.Kind)
	}
	object := make()
	return object, yaml.UnmarshalStrict(document, object)
}

// objectProblems are those of the objects of one file, which has to be whole.
func objectProblems(objects []any) []string {
	var problems []string
	for _, object := range objects {
		switch object := object.(type) {
		case *apps.Deployment:
			problems = append(problems, deploymentProblems(object)...)
			problems = append(problems, podProblems(object.Spec.Template.Spec)...)
			problems = append(problems, serviceProblems(object, objects)...)
		case *batch.CronJob:
			problems = append(problems, cronJobProblems(object)...)
			problems = append(problems, podProblems(object.Spec.JobTemplate.Spec.Template.Spec)...)
		}
	}
	return problems
}

// Two at once do each other no harm, but ask everything twice.
func deploymentProblems(deployment *apps.Deployment) []string {
	var problems []string
	spec := deployment.Spec
	if spec.Replicas == nil || *spec.Replicas != 1 || spec.Strategy.Type != apps.RecreateDeploymentStrategyType {
		problems = append(problems, "the Deployment may run more than one at once")
	}
	for name, value := range spec.Selector.MatchLabels {
		if spec.Template.Labels[name] != value {
			problems = append(problems, fmt.Sprintf("the pods lack the label %s=%s of their selector", name, value))
		}
	}
	container := spec.Template.Spec.Containers[0]
	if container.ReadinessProbe == nil || container.LivenessProbe == nil {
		problems = append(problems, "a probe is missing")
	}
	return problems
}

func cronJobProblems(job *batch.CronJob) []string {
	var problems []string
	if job.Spec.ConcurrencyPolicy != batch.ForbidConcurrent {
		problems = append(problems, "the CronJob may run more than one at once")
	}
	if job.Spec.JobTemplate.Spec.ActiveDeadlineSeconds == nil {
		problems = append(problems, "a job that hangs holds up the next for ever; give it activeDeadlineSeconds")
	}
	return problems
}

// serviceProblems are ports and pods that a Service names in vain.
func serviceProblems(deployment *apps.Deployment, objects []any) []string {
	var problems []string
	for _, object := range objects {
		service, ok := object.(*core.Service)
		if !ok {
			continue
		}
		for name, value := range service.Spec.Selector {
			if deployment.Spec.Template.Labels[name] != value {
				problems = append(problems, fmt.Sprintf("the Service selects %s=%s, which no pod has", name, value))
			}
		}
		for _, port := range service.Spec.Ports {
			if !hasPort(deployment.Spec.Template.Spec.Containers[0], port.TargetPort.StrVal) {
				problems = append(problems, fmt.Sprintf("the Service leads to the port '%s', which no container has", port.TargetPort.String()))
			}
		}
	}
	return problems
}

func hasPort(container core.Container, name string) bool {
	for _, port := range container.Ports {
		if name != "" && port.Name == name {
			return true
		}
	}
	return false
}
