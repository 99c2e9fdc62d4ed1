//! Data that many tests share.

use std::collections::BTreeMap;

use tagwright_message::{Automation, Change, Data, Image, Object};

/// One Deployment with its image and its tag changed.
pub(crate) fn data() -> Data {
    let values = [("cluster", "prod"), ("ticket", "OPS-7")];
    Data {
        automation: Automation {
            namespace: "flux-system".into(),
            name: "auto".into(),
        },
        changes: vec![
            change(
                "ghcr.io/org/app:1.0.0",
                "ghcr.io/org/app:2.0.0",
                "flux-system:app",
            ),
            change("1.0.0", "2.0.0", "flux-system:app:tag"),
        ],
        values: values.map(|(k, v)| (k.into(), v.into())).into(),
    }
}

pub(crate) fn empty() -> Data {
    Data {
        values: BTreeMap::new(),
        changes: Vec::new(),
        ..data()
    }
}

fn change(old: &str, new: &str, setter: &str) -> Change {
    Change {
        file: "apps/app.yaml".into(),
        object: Object {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: "default".into(),
            name: "app".into(),
        },
        old: old.into(),
        new: new.into(),
        setter: setter.into(),
        image: Some(Image {
            text: "ghcr.io/org/app:2.0.0".into(),
            registry: "ghcr.io".into(),
            repository: "org/app".into(),
            identifier: "2.0.0".into(),
        }),
    }
}
