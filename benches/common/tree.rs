//! Manifests of a repository: 10,000 files of 1.6 kB in 100 folders.

use std::{fs, io, path::Path};

/// The setter that every marker of the trees names.
pub(crate) const SETTER: &str = "flux-system:podinfo";

/// What stands at the markers, and what the benches write there.
pub(crate) const OLD: &str = "ghcr.io/stefanprodan/podinfo:6.5.0";
pub(crate) const NEW: &str = "ghcr.io/stefanprodan/podinfo:6.5.1";

/// Files of the tree.
pub(crate) const FILES: usize = 10_000;

/// A file of a tree: its path below the root and its text.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// `count` files, of which each `every`-th is marked.
pub(crate) fn files(count: usize, every: usize) -> impl Iterator<Item = File> {
    (0..count).map(move |index| File {
        path: path(index),
        text: manifest(index, index % every == 0),
    })
}

/// As many files, each 50th of which holds the tag of an image of its own, `1.0.0`.
pub(crate) fn images() -> impl Iterator<Item = File> {
    (0..FILES).map(|index| {
        let mut text = manifest(index, false);
        if index % EVERY == 0 {
            let setter = policy(index / EVERY);
            let tag = format!(r#"value: 1.0.0 # {{"$imagepolicy": "{setter}:tag"}}"#);
            text = text.replace("value: json", &tag);
        }
        File {
            path: path(index),
            text,
        }
    })
}

/// The images of [`images`].
pub(crate) const IMAGES: usize = FILES / EVERY;

const EVERY: usize = 50;

/// The policy of the `number`-th of [`images`].
pub(crate) fn policy(number: usize) -> String {
    format!("flux-system:image-{number:03}")
}

/// The path of the `index`-th file.
pub(crate) fn path(index: usize) -> String {
    format!("apps/team-{:02}/service-{index:05}.yaml", index / 100)
}

/// One stream of `documents` marked documents.
pub(crate) fn stream(documents: usize) -> String {
    (0..documents).map(|index| manifest(index, true)).collect()
}

/// Writes the files of a tree below `root`.
pub(crate) fn write(root: &Path, files: impl Iterator<Item = File>) -> io::Result<()> {
    for file in files {
        let path = root.join(&file.path);
        fs::create_dir_all(path.parent().expect("every file stands in a folder"))?;
        fs::write(path, file.text)?;
    }
    Ok(())
}

/// A Deployment of 1.6 kB as people write them, with one marker or none.
pub(crate) fn manifest(index: usize, marked: bool) -> String {
    let marker = if marked {
        format!(" # {{\"$imagepolicy\": \"{SETTER}\"}}")
    } else {
        String::new()
    };
    format!(
        r#"---
# Service {index}: owned by team-{team:02}, see its runbook before changing limits.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{index:05}
  namespace: team-{team:02}
  labels:
    app.kubernetes.io/name: service-{index:05}
    app.kubernetes.io/part-of: shop
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: "9797"
spec:
  replicas: {replicas}
  minReadySeconds: 3
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 60
  strategy:
    type: RollingUpdate
    rollingUpdate: {{maxUnavailable: 0, maxSurge: 1}}
  selector:
    matchLabels:
      app.kubernetes.io/name: service-{index:05}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: service-{index:05}
    spec:
      serviceAccountName: 'service-{index:05}'
      containers:
        - name: service
          image: {OLD}{marker}
          imagePullPolicy: IfNotPresent
          args:
            - --port=9898
            - --level=info
            - --message=greetings from {index}
          ports:
            - name: http
              containerPort: 9898
              protocol: TCP
          env:
            - name: LOG_FORMAT
              value: json
            - name: UPSTREAM
              value: "http://service-{next:05}.team-{team:02}.svc:9898"
          livenessProbe:
            httpGet: {{path: /healthz, port: http}}
            periodSeconds: 10
          readinessProbe:
            httpGet: {{path: /readyz, port: http}}
            initialDelaySeconds: 5
          resources:
            limits:
              memory: 512Mi
            requests:
              cpu: 100m
              memory: 64Mi
"#,
        team = index / 100,
        replicas = 1 + index % 5,
        next = index + 1,
    )
}
