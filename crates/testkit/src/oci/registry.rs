use std::{fmt, net::TcpListener, sync::Arc};

use super::{builder::Builder, fault::Fault, request::Request, server::Server, service::Service};

/// A registry on a loopback port of its own, with a thread of its own. Dropping it closes every connection and waits
/// for the thread; nothing is left.
pub struct Registry {
    service: Arc<Service>,
    // Never read: it serves for as long as it is held.
    _server: Server,
}

impl Registry {
    /// A registry that wants no credentials.
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Sets what it wants of its clients, and how it pages.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Host and port: `127.0.0.1:38211`.
    pub fn address(&self) -> String {
        self.service.address().to_owned()
    }

    /// Pushes an image under a tag and gives the digest of its manifest.
    ///
    /// A tag that is pushed again stands for a new image, as after a rebuild. Names and tags are not checked, so a
    /// hostile registry can be played.
    pub fn push(&self, repository: &str, tag: &str) -> String {
        let mut state = self.service.state();
        let held = state.store.entry(repository);
        held.push(tag);
        held.digest(tag).expect("the tag was just pushed")
    }

    /// Pushes an image whose config has this date, as RFC 3339 writes it: `2023-11-14T22:13:20Z`.
    pub fn push_created(&self, repository: &str, tag: &str, created: &str) {
        let mut state = self.service.state();
        state.store.entry(repository).push_created(tag, created);
    }

    /// Pushes an index of two images, `linux/amd64` and `linux/arm64`, and gives the digest of the index.
    pub fn push_index(&self, repository: &str, tag: &str) -> String {
        let mut state = self.service.state();
        let digest = state.store.entry(repository).push_index(tag);
        digest.expect("the tag was just pushed")
    }

    /// Pushes an image of its own under each tag.
    pub fn push_tags<I>(&self, repository: &str, tags: I)
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        for tag in tags {
            self.service
                .state()
                .store
                .entry(repository)
                .push(tag.as_ref());
        }
    }

    /// Deletes a tag. The repository stays, if need be with no tag at all.
    ///
    /// # Panics
    ///
    /// When there is no such tag.
    #[track_caller]
    pub fn delete_tag(&self, repository: &str, tag: &str) {
        let mut state = self.service.state();
        let held = state.store.repository(repository);
        let deleted = held.is_some_and(|held| held.delete_tag(tag));
        assert!(deleted, "there is no {repository}:{tag}");
    }

    /// The tags that the repository holds, in the order of their bytes; none for an unknown repository.
    pub fn tags(&self, repository: &str) -> Vec<String> {
        let mut state = self.service.state();
        let held = state.store.repository(repository);
        held.map_or_else(Vec::new, |held| held.tags().map(str::to_owned).collect())
    }

    /// The next `times` requests whose path and query contain `path` meet this fault. Of several faults that fit, the
    /// one that was added first comes first.
    ///
    /// # Panics
    ///
    /// When `times` is 0.
    #[track_caller]
    pub fn fault(&self, path: &str, times: usize, fault: Fault) {
        assert!(times > 0, "a fault that meets no request");
        self.service.state().faults.add(path, times, fault);
    }

    /// Forgets the faults that have met no request yet.
    pub fn clear_faults(&self) {
        self.service.state().faults.clear();
    }

    /// Wants another user and password from now on, and makes every token that was given out invalid.
    ///
    /// A registry that is open stays open.
    pub fn change_password(&self, user: &str, password: &str) {
        let mut state = self.service.state();
        state.credential = Some(format!("{user}:{password}"));
        state.tokens.revoke();
    }

    /// Makes every token that was given out invalid at once.
    pub fn revoke_tokens(&self) {
        self.service.state().tokens.revoke();
    }

    /// The requests so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<Request> {
        self.service.state().requests.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.service.state().requests.clear();
    }

    #[track_caller]
    pub(super) fn with(settings: Builder) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free loopback port");
        let address = listener
            .local_addr()
            .expect("the address of a bound socket");
        let service = Arc::new(Service::new(address.to_string(), settings));
        let server = Server::start(listener, Arc::clone(&service)).expect("a thread");
        Self {
            service,
            _server: server,
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({})", self.service.address())
    }
}
