//! The program `git` as the transport.

mod environment;
mod failure;
mod fetch;
mod list;
mod process;
mod program;
mod push;
mod text;

pub(crate) use program::{GitProgram, stop_error};

use std::path::Path;

use crate::error::Error;
use crate::reference::Ref;
use crate::transport::{Call, Destination, Fetched, Listing, PushReport, PushRequest, Transport};

impl Transport for GitProgram {
    fn list(&self, call: Call<'_>, names: &[String]) -> Result<Listing, Error> {
        list::list(self, call, names)
    }

    fn fetch(
        &self,
        call: Call<'_>,
        reference: &Ref,
        into: &Destination<'_>,
    ) -> Result<Fetched, Error> {
        fetch::fetch(self, call, reference, into, &["--depth=1"])
    }

    fn fetch_news(
        &self,
        call: Call<'_>,
        reference: &Ref,
        into: &Destination<'_>,
    ) -> Result<Fetched, Error> {
        fetch::fetch(self, call, reference, into, &["--depth=50"])
    }

    fn push(
        &self,
        call: Call<'_>,
        repository: &Path,
        request: &PushRequest,
    ) -> Result<PushReport, Error> {
        push::push(self, call, repository, request)
    }
}
