//! Kubernetes label selectors.

use std::collections::BTreeMap;

use crate::fields::Fields;

/// Which objects are meant, by their labels; empty, it means all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LabelSelector {
    /// Labels that must be there with just these values.
    pub match_labels: BTreeMap<String, String>,
    /// Conditions that must all hold.
    pub match_expressions: Vec<Requirement>,
}

/// One condition on one label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// The label.
    pub key: String,
    /// What must hold of it.
    pub operator: Operator,
    /// The values that [`Operator::In`] and [`Operator::NotIn`] compare with.
    pub values: Vec<String>,
}

/// What a [`Requirement`] demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operator {
    /// The label is there with one of the values.
    In,
    /// The label is not there, or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

impl LabelSelector {
    /// Whether an object with these labels is meant, as Kubernetes decides it.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let wanted = |(key, value)| labels.get(key) == Some(value);
        self.match_labels.iter().all(wanted)
            && self.match_expressions.iter().all(|one| one.matches(labels))
    }
}

impl Requirement {
    /// A condition without values, as [`Operator::Exists`] wants it.
    pub fn new(key: impl Into<String>, operator: Operator) -> Self {
        Self {
            key: key.into(),
            operator,
            values: Vec::new(),
        }
    }

    fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

pub(crate) fn label_selector(mut fields: Fields<'_>) -> LabelSelector {
    let report = fields.report();
    let expressions = fields.items("matchExpressions").into_iter();
    let selector = LabelSelector {
        match_labels: fields.text_map("matchLabels"),
        match_expressions: expressions
            .filter_map(|(path, node)| requirement(Fields::new(report, path, node)?))
            .collect(),
    };
    fields.finish();
    selector
}

const OPERATORS: &[(&str, Operator)] = &[
    ("In", Operator::In),
    ("NotIn", Operator::NotIn),
    ("Exists", Operator::Exists),
    ("DoesNotExist", Operator::DoesNotExist),
];

fn requirement(mut fields: Fields<'_>) -> Option<Requirement> {
    let key = fields.required_text("key", "app");
    if fields.get("operator").is_none() {
        fields.missing("operator", "In");
    }
    let operator = fields.one_of("operator", OPERATORS);
    let values = fields.texts("values").unwrap_or_default();
    fields.finish();
    Some(Requirement {
        key,
        operator: operator?,
        values,
    })
}
