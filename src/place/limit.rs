//! What the operator's list says of the place.

use std::sync::Arc;

use crate::allow::{AllowList, PushLimit};
use crate::automation::AutomationBuilder;

impl AutomationBuilder {
    /// Keeps of the list what is known only at a run: names of branches that a template gives, and where links lead.
    pub(crate) fn limit(&mut self, list: &Arc<AllowList>) {
        let namespace = self.reach().0.to_owned();
        if let Some(directory) = &mut self.directory {
            directory.below = list.directory_above(&namespace, &directory.path);
        }
        self.branch.limit = Some(PushLimit {
            list: Arc::clone(list),
            namespace,
        });
    }
}
