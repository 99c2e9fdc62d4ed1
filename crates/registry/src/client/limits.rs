use std::time::Duration;

/// How much a client takes from a registry, and how long it waits.
///
/// The defaults hold for every registry that is known to us, and keep a hostile one from filling the
/// memory or from holding a run for ever.
///
/// ```
/// use std::time::Duration;
/// use tagwright_registry::Limits;
///
/// let limits = Limits::default().tags(10_000).page_timeout(Duration::from_secs(10));
/// ```
#[derive(Clone, Debug)]
pub struct Limits {
    pub(crate) pages: usize,
    pub(crate) page_bytes: usize,
    pub(crate) tags: usize,
    pub(crate) manifest_bytes: usize,
    pub(crate) cache_bytes: usize,
    pub(crate) page_timeout: Duration,
    pub(crate) listing_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempts: usize,
    pub(crate) retry_time: Duration,
    pub(crate) cool_down: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 10_000,
            page_bytes: 32 * 1024 * 1024,
            tags: 5_000_000,
            manifest_bytes: 4 * 1024 * 1024,
            cache_bytes: 4 * 1024 * 1024,
            page_timeout: Duration::from_secs(60),
            listing_timeout: Duration::from_secs(30 * 60),
            connect_timeout: Duration::from_secs(10),
            attempts: 4,
            retry_time: Duration::from_secs(60),
            cool_down: Duration::from_secs(15 * 60),
        }
    }
}

impl Limits {
    /// Pages of one listing, of tags or of referrers; 10,000 by default.
    pub fn pages(mut self, pages: usize) -> Self {
        self.pages = pages;
        self
    }

    /// Bytes of one page of tags, and of all pages of one list of referrers; 32 MiB by default, since registries exist
    /// that give all tags at once.
    pub fn page_bytes(mut self, bytes: usize) -> Self {
        self.page_bytes = bytes;
        self
    }

    /// Tags of one listing; 5,000,000 by default.
    pub fn tags(mut self, tags: usize) -> Self {
        self.tags = tags;
        self
    }

    /// Bytes of a manifest, of an image config, or of one page of a list of referrers; 4 MiB by default, which is what
    /// registries take.
    pub fn manifest_bytes(mut self, bytes: usize) -> Self {
        self.manifest_bytes = bytes;
        self
    }

    /// Bytes of the manifests and image configs that a client keeps, those asked for last; 4 MiB by default, which
    /// is a thousand of the usual size. 0 keeps none.
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// From sending a request to the last byte of its answer; 60 seconds by default.
    pub fn page_timeout(mut self, time: Duration) -> Self {
        self.page_timeout = time;
        self
    }

    /// For all pages of one listing together, with tokens, waits and repetitions; 30 minutes by default. What the
    /// caller takes between two pages does not count. The same for one list of referrers.
    pub fn listing_timeout(mut self, time: Duration) -> Self {
        self.listing_timeout = time;
        self
    }

    /// For name resolution, TCP and TLS together; 10 seconds by default.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// How often one request is sent at most, the first time included; 4 by default.
    pub fn attempts(mut self, attempts: usize) -> Self {
        self.attempts = attempts;
        self
    }

    /// How long the waits before repetitions of one request may take together, those that the registry
    /// asks for included; 60 seconds by default.
    pub fn retry_time(mut self, time: Duration) -> Self {
        self.retry_time = time;
        self
    }

    /// For how long a host that said 429 is left alone at most, whatever it asked for; 15 minutes by default.
    pub fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }
}
