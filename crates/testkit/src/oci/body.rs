use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// The body of an answer, in the ways in which it can reach the client.
pub(super) enum Body {
    /// All at once.
    Whole(Bytes),
    /// The bytes, and then the connection breaks, though so many were announced.
    Broken(Bytes, u64),
    /// The bytes again and again, without end.
    Endless(Bytes),
    /// A byte, a pause, a byte, ...
    Slow(Bytes, Duration, Pin<Box<Sleep>>),
}

impl Body {
    /// The first half, announced as the whole.
    pub(super) fn half(mut bytes: Bytes) -> Self {
        let announced = bytes.len() as u64;
        bytes.truncate(bytes.len() / 2);
        Self::Broken(bytes, announced)
    }

    pub(super) fn slow(bytes: Bytes, pause: Duration) -> Self {
        Self::Slow(bytes, pause, Box::pin(sleep(pause)))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let chunk = match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Self::Broken(bytes, _) if bytes.is_empty() => {
                return Poll::Ready(Some(Err(io::Error::other("broken on request"))));
            }
            Self::Whole(bytes) | Self::Broken(bytes, _) => std::mem::take(bytes),
            Self::Endless(bytes) => bytes.clone(),
            Self::Slow(bytes, ..) if bytes.is_empty() => return Poll::Ready(None),
            Self::Slow(bytes, pause, timer) => {
                ready!(pin!(&mut *timer).poll(context));
                timer.set(sleep(*pause));
                bytes.split_to(1)
            }
        };
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) | Self::Slow(bytes, ..) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) | Self::Slow(bytes, ..) => SizeHint::with_exact(bytes.len() as u64),
            Self::Broken(_, announced) => SizeHint::with_exact(*announced),
            Self::Endless(_) => SizeHint::default(),
        }
    }
}
