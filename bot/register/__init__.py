"""The register of controls and examinations: what leads find, assign, change, adopt and import."""
