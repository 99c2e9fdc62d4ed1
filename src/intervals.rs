//! How often things are to be done, for whoever does them again and again.

use std::time::Duration;

use crate::automation::{Automation, AutomationBuilder};
use crate::image_policy::ImagePolicy;

impl AutomationBuilder {
    /// How often the automation is to be run, for a scheduler. A single run knows no interval.
    pub fn interval(&mut self, interval: Duration) -> &mut Self {
        self.interval = Some(interval);
        self
    }
}

impl Automation {
    /// How often it is to be run, where that was said.
    pub fn interval(&self) -> Option<Duration> {
        self.0.interval
    }

    /// How often the image of a policy is to be scanned, where that was said; for a policy by the name that markers call it
    /// by.
    pub fn scan_interval(&self, policy: &str) -> Option<Duration> {
        let mut policies = self.0.policies.iter();
        policies.find(|one| one.name == policy)?.interval
    }
}

impl ImagePolicy {
    /// How often the image is to be scanned, for a scheduler. A single run scans it always.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }
}
