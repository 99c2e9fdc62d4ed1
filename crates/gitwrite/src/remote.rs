//! A repository on a server, and how to get at it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::blobs::Blobs;
use crate::cache::Cache;
use crate::control::Control;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::folder::Folder;
use crate::git::GitProgram;
use crate::object_id::ObjectId;
use crate::pem;
use crate::provider::CredentialProvider;
use crate::proxy::Proxy;
use crate::reference::Ref;
use crate::repository::Repository;
use crate::secret::Secret;
use crate::snapshot::Snapshot;
use crate::transport::{Call, Listing, Transport};
use crate::url::RemoteUrl;
use crate::wallet::Wallet;

/// A remote repository. It is cheap to make: nothing is asked until a call needs the network.
///
/// `Display` and `Debug` show the URL and no credentials.
#[derive(Clone)]
pub struct Remote {
    url: RemoteUrl,
    credentials: Source,
    ca: Option<String>,
    client: Option<ClientCertificate>,
    proxy: Option<Proxy>,
    host_configuration: bool,
    blobs: Blobs,
    cache: Option<PathBuf>,
    git: GitProgram,
}

/// Where credentials come from.
#[derive(Debug, Clone)]
enum Source {
    Given(Credentials),
    Asked(Arc<Wallet>),
}

/// What a client shows in the handshake of TLS.
#[derive(Debug, Clone)]
pub(crate) struct ClientCertificate {
    pub(crate) certificate: String,
    pub(crate) key: Secret,
}

impl Remote {
    /// A repository by its URL: `https://`, `http://`, `ssh://`, `git://` (which has neither encryption nor login),
    /// `file:///`, the form `user@host:path` of SSH, or a path on this machine.
    ///
    /// # Errors
    ///
    /// `InvalidUrl` for credentials in the URL (`https://user:password@host/r`, `https://token@host/r`: they would end
    /// up in process lists and messages), for a query or a fragment in an http or https URL, where a token could stand
    /// (`https://host/r?private_token=x`), for other schemes, for `ext::sh -c id` and other words before `::` (git would
    /// run a program), a missing host or path, and control characters.
    pub fn new(url: &str) -> Result<Remote, Error> {
        let url = RemoteUrl::parse(url)?;
        Ok(Remote {
            url,
            credentials: Source::Given(Credentials::None),
            ca: None,
            client: None,
            proxy: None,
            host_configuration: false,
            blobs: Blobs::All,
            cache: None,
            git: GitProgram::default(),
        })
    }

    /// What to show to the server. Over plain http a password crosses the network as it is.
    pub fn credentials(mut self, credentials: Credentials) -> Remote {
        self.credentials = Source::Given(credentials);
        self
    }

    /// Who is asked for what to show to the server, instead of [`Remote::credentials`].
    pub fn credential_provider(mut self, provider: impl CredentialProvider + 'static) -> Remote {
        self.credentials = Source::Asked(Arc::new(Wallet::new(provider)));
        self
    }

    /// A certificate of our own for an https server that asks for one, and its private key without a passphrase, both in
    /// PEM. Certificates of the authorities between may follow the first.
    ///
    /// # Errors
    ///
    /// `InvalidCertificate` for text in which no certificate or no private key stands, for a damaged one, and for a key
    /// with a passphrase.
    pub fn client_certificate_pem(
        mut self,
        certificate: impl Into<String>,
        key: impl Into<Secret>,
    ) -> Result<Remote, Error> {
        let (certificate, key) = (certificate.into(), key.into());
        pem::check_certificates("client certificate", &certificate)?;
        pem::check_key("private key of the client certificate", key.expose())?;
        self.client = Some(ClientCertificate { certificate, key });
        Ok(self)
    }

    /// The proxy for an http or https URL, instead of what the environment says.
    pub fn proxy(mut self, proxy: Proxy) -> Remote {
        self.proxy = Some(proxy);
        self
    }

    /// Lets the configuration of Git and SSH in that this machine and this user have: rewritten URLs, credential helpers,
    /// keys and agents, proxies. Credentials that are handed over go before it, and an ssh URL needs none then. Hooks,
    /// prompts and other protocols than that of the URL stay off.
    pub fn use_host_configuration(mut self) -> Remote {
        self.host_configuration = true;
        self
    }

    /// The certificates that may vouch for an https server, in PEM, instead of the machine's own.
    ///
    /// # Errors
    ///
    /// `InvalidCertificate` for text in which no certificate stands, and for a damaged one.
    pub fn ca_certificate_pem(mut self, pem: impl Into<String>) -> Result<Remote, Error> {
        let pem = pem.into();
        pem::check_certificates("certificate of an authority", &pem)?;
        self.ca = Some(pem);
        Ok(self)
    }

    /// Which contents of files come with a snapshot; all of them if nothing is said.
    pub fn blobs(mut self, blobs: Blobs) -> Remote {
        self.blobs = blobs;
        self
    }

    /// A folder that keeps what was fetched for the next run, which then fetches only what is new, and asks for one ref
    /// when nothing is. It is made when it is not there, and any number of processes of this user may share it.
    ///
    /// In it there is a folder of mode 0700 for each URL, extent ([`Remote::blobs`]) and way to log in (with which user
    /// name, if any): commits, directories and files as Git stores them, and the URL. No other user can read it, and one
    /// that belongs to another user is refused. There are no credentials in it. Nothing of it is handed out before the
    /// server was asked with the credentials at hand: a ref must name there what is here, and a commit is asked for by
    /// its id.
    ///
    /// What was damaged, by a full disk or a lost power supply, is fetched anew: every object is checked against its id
    /// when it is read. What is in the folder can be thrown away at any time when no process runs.
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Remote {
        self.cache = Some(folder.into());
        self
    }

    /// Where the repository is, for display.
    pub fn url(&self) -> impl fmt::Display + '_ {
        &self.url
    }

    /// The commit that a ref names now, or `None` when there is no such ref. One question to the server; of a commit
    /// nothing is asked, since it names itself. A server whose `HEAD` names a commit and no branch has no default branch.
    ///
    /// # Errors
    ///
    /// `Unreachable`, `Unauthorized`, `HostKey`, `Certificate` and `RepositoryNotFound` as the server answers; `Timeout` and
    /// `Cancelled`; `GitNotFound` and `GitTooOld`.
    pub fn tip(&self, reference: &Ref, control: &Control) -> Result<Option<ObjectId>, Error> {
        if let Some(id) = reference.as_commit() {
            return Ok(Some(id));
        }
        let folder = Folder::create()?;
        let name = reference.full_name();
        let names = [name.clone(), format!("{name}^{{}}")];
        let listing = self.transport().list(
            Call {
                remote: self,
                folder: &folder,
                control,
            },
            &names,
        )?;
        if reference.is_default_branch() && listing.default_branch().is_none() {
            return Ok(None);
        }
        Ok(listing.peeled(&name))
    }

    /// The files of a ref as they are now: one commit, no history, in a private folder that goes with the snapshot.
    ///
    /// # Errors
    ///
    /// As [`Remote::tip`]; `RefNotFound` for a branch, tag or commit that is not there, and for the default branch of
    /// an empty repository or of one whose `HEAD` names a commit; `NotACommit` for a tag of a file or a tree.
    pub fn snapshot(&self, reference: &Ref, control: &Control) -> Result<Snapshot, Error> {
        let taken = self.take_snapshot(reference, control);
        match (&self.cache, taken) {
            // A cache can be damaged by a full disk or by hand, and is no reason to fail.
            (Some(root), Err(error)) if error.is_damage() => {
                tracing::warn!(%error, "cannot use the cache");
                Cache::open(root, self)?
                    .add(self, control)?
                    .retire_current();
                self.take_snapshot(reference, control)
            }
            (_, taken) => taken,
        }
    }

    /// The files of the first of these refs that is there: of a push branch, and where it is not made yet, of the branch
    /// that it is to be made from.
    ///
    /// # Errors
    ///
    /// As [`Remote::snapshot`]; `RefNotFound` when none of them is there.
    pub fn snapshot_of_first(
        &self,
        references: &[Ref],
        control: &Control,
    ) -> Result<Snapshot, Error> {
        let (last, before) = references.split_last().ok_or_else(|| {
            Error::new(
                ErrorKind::RefNotFound,
                "there is no ref to take a snapshot of; name one",
            )
        })?;
        for reference in before {
            match self.snapshot(reference, control) {
                Err(error) if error.kind() == ErrorKind::RefNotFound => {}
                taken => return taken,
            }
        }
        self.snapshot(last, control)
    }

    fn take_snapshot(&self, reference: &Ref, control: &Control) -> Result<Snapshot, Error> {
        let folder = Folder::create()?;
        let call = Call {
            remote: self,
            folder: &folder,
            control,
        };
        let reference = if reference.is_default_branch() {
            self.default_branch(call)?
        } else {
            reference.clone()
        };
        let (id, git_dir, lender) = match &self.cache {
            None => {
                let (id, git_dir) = Repository::fetch(self.transport(), call, &reference)?;
                (id, git_dir, None)
            }
            Some(root) => {
                let cache = Cache::open(root, self)?;
                Repository::fetch_into(cache, self.transport(), call, &reference)?
            }
        };
        let repository = Repository::open(folder, git_dir, id.hash(), lender)?;
        let (remote, repository) = (Arc::new(self.clone()), Arc::new(repository));
        Snapshot::new(remote, repository, reference, id, control)
    }

    /// All tags by their short names, and the commits that they name in the end, in the order of the server. One
    /// question.
    ///
    /// # Errors
    ///
    /// As [`Remote::tip`]; `LimitExceeded` for a list of more than 32 MiB.
    pub fn tags(&self, control: &Control) -> Result<Vec<(String, ObjectId)>, Error> {
        const TAGS: &str = "refs/tags/";
        let folder = Folder::create()?;
        let call = Call {
            remote: self,
            folder: &folder,
            control,
        };
        let listing = self.transport().list(call, &[format!("{TAGS}*")])?;
        // What a tag names in the end follows it, as `name^{}`.
        let mut tags: Vec<(String, ObjectId)> = Vec::new();
        for (name, id) in listing.refs {
            let Some(name) = name.strip_prefix(TAGS) else {
                continue;
            };
            match (name.strip_suffix("^{}"), tags.last_mut()) {
                (Some(peeled), Some(last)) if last.0 == peeled => last.1 = id,
                (Some(_), _) => {}
                (None, _) => tags.push((name.to_owned(), id)),
            }
        }
        Ok(tags)
    }

    /// The tag that is best by a key of the caller's, such as a version: the greatest key wins, and of equal keys the
    /// greatest name. A tag without a key is passed by; `None` when there is no other.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), tagwright_gitwrite::Error> {
    /// use tagwright_gitwrite::{Control, Remote};
    ///
    /// let remote = Remote::new("https://git.example.com/fleet.git")?;
    /// let number = |tag: &str| tag.strip_prefix("build-")?.parse::<u64>().ok();
    /// let newest = remote.best_tag(number, &Control::new())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Remote::tags`].
    pub fn best_tag<K: Ord>(
        &self,
        mut key: impl FnMut(&str) -> Option<K>,
        control: &Control,
    ) -> Result<Option<Ref>, Error> {
        let tags = self.tags(control)?;
        let keyed = tags.iter().filter_map(|(name, _)| Some((key(name)?, name)));
        keyed.max().map(|(_, name)| Ref::tag(name)).transpose()
    }

    fn default_branch(&self, call: Call<'_>) -> Result<Ref, Error> {
        let listing = self.transport().list(call, &["HEAD".to_owned()])?;
        match listing.default_branch() {
            Some(name) => Ref::branch(name),
            None => Err(self.no_default_branch(&listing)),
        }
    }

    fn no_default_branch(&self, listing: &Listing) -> Error {
        let message = if listing.refs.is_empty() {
            format!(
                "the repository {} has no default branch with a commit; push one or name a branch",
                self.url
            )
        } else {
            format!(
                "the repository {} has no default branch: its HEAD names a commit; name a branch",
                self.url
            )
        };
        Error::new(ErrorKind::RefNotFound, message)
            .at(&self.url)
            .on(&Ref::default_branch())
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &self.git
    }
}

// What the modules of the transport read.
impl Remote {
    pub(crate) fn location(&self) -> &RemoteUrl {
        &self.url
    }

    /// What to show to the server now.
    pub(crate) fn present(&self, control: &Control) -> Result<Credentials, Error> {
        match &self.credentials {
            Source::Given(credentials) => Ok(credentials.clone()),
            Source::Asked(wallet) => wallet.present(&self.url, control),
        }
    }

    /// What was handed over, unless a provider is asked.
    pub(crate) fn given_credentials(&self) -> Option<&Credentials> {
        match &self.credentials {
            Source::Given(credentials) => Some(credentials),
            Source::Asked(_) => None,
        }
    }

    pub(crate) fn has_cache(&self) -> bool {
        self.cache.is_some()
    }

    /// What to show instead of what the server refused, if there is anything else.
    pub(crate) fn replace(
        &self,
        refused: &Credentials,
        control: &Control,
    ) -> Result<Option<Credentials>, Error> {
        match &self.credentials {
            Source::Given(_) => Ok(None),
            Source::Asked(wallet) => wallet.replace(&self.url, refused, control),
        }
    }

    /// The texts that must not stand in any message.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = match &self.credentials {
            Source::Given(credentials) => credentials.secrets().map(str::to_owned).collect(),
            Source::Asked(wallet) => wallet.secrets(),
        };
        let login = self.proxy.as_ref().and_then(Proxy::login);
        secrets.extend(login.map(|(_, password)| password.to_owned()));
        secrets.extend(self.client.iter().map(|one| one.key.expose().to_owned()));
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }

    pub(crate) fn client(&self) -> Option<&ClientCertificate> {
        self.client.as_ref()
    }

    pub(crate) fn proxied(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    pub(crate) fn blobs_wanted(&self) -> Blobs {
        self.blobs
    }

    pub(crate) fn has_host_configuration(&self) -> bool {
        self.host_configuration
    }

    pub(crate) fn ca(&self) -> Option<&str> {
        self.ca.as_deref()
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("url", &self.url.to_string())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
