use tagwright_manifests::{Error, Problem, Secret, SecretText, fleet, flux};

fn send_and_sync<T: Send + Sync + 'static>() {}

#[test]
fn public_types_cross_threads() {
    send_and_sync::<Error>();
    send_and_sync::<Problem>();
    send_and_sync::<Secret>();
    send_and_sync::<SecretText>();
    send_and_sync::<flux::Read>();
    send_and_sync::<fleet::Read>();
}
