//! Everything that goes through the public API.

mod all;
mod errors;
mod golden;
mod hostile;
mod laws;
mod limits;
mod marking;
mod outcomes;
mod parts;
mod places;
mod plain;
mod sidecars;

/// Programs hand these across threads.
#[test]
fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<tagwright_markers::Decision>();
    check::<tagwright_markers::Edit>();
    check::<tagwright_markers::Error>();
    check::<tagwright_markers::ErrorKind>();
    check::<tagwright_markers::FilePlan<'_>>();
    check::<tagwright_markers::Image>();
    check::<tagwright_markers::Insertion>();
    check::<tagwright_markers::MarkOutcome>();
    check::<tagwright_markers::MarkOutcomeKind>();
    check::<tagwright_markers::MarkPlan<'_>>();
    check::<tagwright_markers::Limits>();
    check::<tagwright_markers::Marker>();
    check::<tagwright_markers::NearestNames>();
    check::<tagwright_markers::Object>();
    check::<tagwright_markers::Outcome>();
    check::<tagwright_markers::OutcomeKind>();
    check::<tagwright_markers::Setters>();
    check::<tagwright_markers::Sidecar>();
    check::<tagwright_markers::SidecarMarker>();
    check::<tagwright_markers::Syntax>();
}
