use azure_core::cloud::CloudConfiguration;

/// A registry of Microsoft's, and the cloud that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    host: String,
    cloud: Cloud,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Cloud {
    Public,
    China,
    UsGovernment,
}

const DOMAINS: [(&str, Cloud); 3] = [
    (".azurecr.io", Cloud::Public),
    (".azurecr.cn", Cloud::China),
    (".azurecr.us", Cloud::UsGovernment),
];

impl Place {
    /// None for a host that is not Microsoft's: it is never shown a login.
    pub(super) fn of(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let (domain, cloud) = DOMAINS
            .into_iter()
            .find(|(domain, _)| host.ends_with(domain))?;
        let name = &host[..host.len() - domain.len()];
        name.split('.')
            .all(is_label)
            .then_some(Self { host, cloud })
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// What Entra's token is to be for. Registries can be told to take those for the registry alone; the other clouds
    /// have it from their resource manager.
    pub(super) fn scope(&self) -> &'static str {
        match self.cloud {
            Cloud::Public => "https://containerregistry.azure.net/.default",
            Cloud::China => "https://management.chinacloudapi.cn/.default",
            Cloud::UsGovernment => "https://management.usgovcloudapi.net/.default",
        }
    }

    pub(super) fn cloud(&self) -> CloudConfiguration {
        match self.cloud {
            Cloud::Public => CloudConfiguration::AzurePublic,
            Cloud::China => CloudConfiguration::AzureChina,
            Cloud::UsGovernment => CloudConfiguration::AzureGovernment,
        }
    }
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_of_microsoft() {
        for (host, cloud) in [
            ("contoso.azurecr.io", Cloud::Public),
            ("Contoso.AzureCR.io", Cloud::Public),
            ("contoso-abc123.azurecr.io", Cloud::Public),
            ("contoso.azurecr.cn", Cloud::China),
            ("contoso.azurecr.us", Cloud::UsGovernment),
        ] {
            let place = Place::of(host).unwrap_or_else(|| panic!("{host}"));
            assert_eq!(place.host(), host.to_ascii_lowercase());
            assert_eq!(place.cloud, cloud, "{host}");
        }
    }

    #[test]
    fn registries_of_others() {
        for host in [
            "azurecr.io",
            ".azurecr.io",
            "a..azurecr.io",
            "contoso.azurecr.io:443",
            "contoso.azurecr.io.example",
            "contosoazurecr.io",
            "contoso.azurecr.de",
            "mcr.microsoft.com",
            "ghcr.io",
        ] {
            assert_eq!(Place::of(host), None, "{host}");
        }
    }

    #[test]
    fn each_cloud_has_its_own_scope() {
        let scope = |host| Place::of(host).expect("a place").scope();
        assert_eq!(
            scope("a.azurecr.io"),
            "https://containerregistry.azure.net/.default"
        );
        assert_eq!(
            scope("a.azurecr.cn"),
            "https://management.chinacloudapi.cn/.default"
        );
        assert_eq!(
            scope("a.azurecr.us"),
            "https://management.usgovcloudapi.net/.default"
        );
    }
}
