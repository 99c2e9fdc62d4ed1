//! From page to page by `Link`.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use url::Url;

use super::endpoint::origin;
use super::exchange::{self, Answer, invalid};
use super::link::{self, Next};
use super::visit::beyond;
use crate::error::Error;

/// The pages that were asked for, as hashes: ten thousand long URLs would be megabytes.
#[derive(Default)]
pub(crate) struct Trail {
    hasher: RandomState,
    pages: HashSet<u64>,
}

impl Trail {
    /// Goes to a page, one of at most `most`. A page that was seen before would come again and again.
    pub(crate) fn visit(&mut self, url: &Url, most: usize) -> Result<(), Error> {
        if self.count() >= most {
            return Err(beyond(format!("a list of more than {most} pages")));
        }
        if !self.pages.insert(self.hasher.hash_one(url)) {
            return Err(invalid("a page links back to one that was read before"));
        }
        Ok(())
    }

    /// How many pages were visited.
    pub(crate) fn count(&self) -> usize {
        self.pages.len()
    }
}

/// The next page by the `Link` of this one, at the same origin.
pub(crate) fn next(answer: &Answer) -> Result<Option<Url>, Error> {
    let target = match link::next(&answer.headers) {
        Next::End => return Ok(None),
        Next::At(target) => target,
        Next::Malformed => return Err(invalid("a Link to the next page that cannot be read")),
    };
    let url = answer.url.join(&target).ok();
    let url = url
        .and_then(exchange::without_user)
        .ok_or_else(|| invalid("a Link to the next page that is no URL"))?;
    if url.origin() == answer.url.origin() {
        return Ok(Some(url));
    }
    let (from, to) = (origin(&answer.url), origin(&url));
    Err(invalid(format!("{from} links to the next page at {to}")))
}
