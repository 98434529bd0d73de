-- What hangs on a device is shown with it, and found without reading every device.
CREATE INDEX devices_by_parent ON devices (parent_asset_id) WHERE parent_asset_id IS NOT NULL;
