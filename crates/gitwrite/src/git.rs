//! The program `git` as the transport.

mod environment;
mod failure;
mod fetch;
mod list;
mod process;
mod program;
mod push;
mod text;

pub(crate) use program::{GitProgram, installed, stop_error};

use std::path::Path;

use crate::error::Error;
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::transport::{
    Call, Destination, Extent, Fetched, Listing, PushReport, PushRequest, Transport,
};

impl Transport for GitProgram {
    fn list(&self, call: Call<'_>, names: &[String]) -> Result<Listing, Error> {
        list::list(self, call, names)
    }

    fn fetch(
        &self,
        call: Call<'_>,
        reference: &Ref,
        into: &Destination<'_>,
        extent: Extent,
    ) -> Result<Fetched, Error> {
        fetch::fetch(self, call, reference, into, extent)
    }

    fn fetch_blobs(
        &self,
        call: Call<'_>,
        repository: &Path,
        ids: &[ObjectId],
    ) -> Result<(), Error> {
        fetch::fetch_blobs(self, call, repository, ids)
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
