//! A webhook-driven loop: a scheduler keeps an automation running, and a server of axum's starts its scans.
//!
//! `cargo run --example webhook --features scheduler,webhook`, offline: it is sent the webhook of a new tag.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

#[path = "webhook/offline.rs"]
mod offline;

use std::{error::Error, sync::Arc, time::Duration};

use axum::http::{HeaderMap, StatusCode};
use axum::{Router, body::Bytes, extract::State, routing::post};
use tagwright::registry::webhook::{Receiver, Sender};
use tagwright::{Event, Scheduler};

type Shared = State<Arc<(Receiver, Scheduler)>>;

/// A webhook starts scans, and decides nothing.
async fn receive(State(shared): Shared, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (receiver, scheduler) = &*shared;
    let headers = headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes()));
    let Ok(triggers) = receiver.receive(headers, &body) else {
        return StatusCode::UNAUTHORIZED;
    };
    for trigger in &triggers {
        scheduler.webhook(trigger);
    }
    StatusCode::OK
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let offline = offline::Offline::new()?;
    let scheduler = Scheduler::builder()
        .add(&offline.automation)
        .start()
        .await?;
    let mut events = scheduler.events();
    let receiver = Receiver::builder(Sender::GitLab("t0k3n".into())).build()?;
    let state = Arc::new((receiver, scheduler));
    let routes = Router::new()
        .route("/hook", post(receive))
        .with_state(state.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move { axum::serve(listener, routes).await });

    while let Some(event) = events.next().await {
        println!("{event:?}");
        match event {
            Event::NothingToDo { .. } => offline.push_tag(&address).await?,
            Event::Applied { .. } => break,
            _ => {}
        }
    }
    state.1.stop(Duration::from_secs(60)).await;
    Ok(())
}
