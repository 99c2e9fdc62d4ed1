use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    http_git::{MODULES, REMEDY, serving_user, user_lines},
    process::Process,
    program,
};
use crate::Missing;

/// Apache for other things than Git, with threads.
pub(super) struct Apache {
    program: PathBuf,
    modules: PathBuf,
    user: Option<&'static str>,
}

impl Apache {
    /// When Apache and these modules, named without `mod_` and `.so`, are there.
    pub(super) fn find(folder: &Path, names: &[&str]) -> Result<Self, Missing> {
        let apache = Self {
            program: program::find(&["apache2", "httpd"], REMEDY)?,
            modules: program::first_existing(&MODULES, "apache2 modules", REMEDY)?,
            user: serving_user(folder)?,
        };
        // Debian builds this one into the program.
        let built_in = |name: &str| name == "log_config";
        let absent = names
            .iter()
            .find(|name| !built_in(name) && !apache.module(name).exists());
        absent.map_or(Ok(apache), |name| {
            Err(Missing::new(format!("apache2 module {name}"), REMEDY))
        })
    }

    /// Starts it with these modules and what `site` says beside the usual.
    #[track_caller]
    pub(super) fn start(&self, folder: &Path, names: &[&str], site: &str) -> Process {
        let modules: String = names.iter().map(|name| self.load(name)).collect();
        let user = self.user.map(user_lines).unwrap_or_default();
        Process::listen(folder, |port| {
            let file = folder.join("apache.conf");
            let text = format!(
                "ServerRoot \"{folder}\"\nDefaultRuntimeDir \"{folder}\"\nPidFile \"{folder}/pid\"\n\
                 ErrorLog \"{folder}/log\"\nLogLevel error\nListen 127.0.0.1:{port}\nServerName 127.0.0.1\n\
                 {modules}{user}{site}",
                folder = folder.display()
            );
            fs::write(&file, text).expect("the configuration");
            let mut command = Command::new(&self.program);
            command.args(["-D", "NO_DETACH", "-f"]).arg(file);
            command
        })
    }

    fn module(&self, name: &str) -> PathBuf {
        self.modules.join(format!("mod_{name}.so"))
    }

    /// Distributions build some modules into the program.
    fn load(&self, name: &str) -> String {
        let file = self.module(name);
        let file = file.display();
        format!("<IfModule !{name}_module>\n    LoadModule {name}_module \"{file}\"\n</IfModule>\n")
    }
}
