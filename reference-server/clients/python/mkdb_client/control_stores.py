"""Control actions on stores and their records."""

from .control_session import given, unwrap


class StoreActions:
    """Mixed into MkDBController, which provides `call`."""

    def list_stores(self):
        """A list of dictionaries with `name` and `description`."""
        return unwrap(self.call("list_stores"), "stores")

    def create_store(self, name, description="", **settings):
        """`settings` are any part of the store's configuration, such as schema_config={"json_schema": {…}}."""
        return self.call("create_store", name=name, description=description, **settings)

    def delete_store(self, name):
        """Moves the store's directory to the archive; nothing is destroyed."""
        return self.call("delete_store", name=name)

    def update_store(self, name, **settings):
        """For instance description="…"."""
        return self.call("update_store", name=name, **settings)

    def get_store_config(self, name):
        return self.call("get_store_config", name=name)

    def update_store_config(self, name, **settings):
        """Any part of the store's configuration, such as ram_config={"max_size": 5000}."""
        return self.call("update_store_config", name=name, **settings)

    def export_store_json(self, name):
        return self.call("export_store_json", name=name)

    def discover_store_fields(self, name):
        """Adds the fields that records have to the schema; the result lists the new ones."""
        return self.call("discover_store_fields", name=name)

    def rebuild_store_indexes(self, name, field=None):
        return self.call("rebuild_store_indexes", name=name, **given(field=field))

    def query_store(self, store, filter=None, hydrate=False, **page):
        """`page` is sort, limit, offset, fields, cursor, count_only and aggregate."""
        hydrate = hydrate or "fields" in page
        return self.call("query_store", store=store, filter=filter or {}, hydrate=hydrate, **page)

    def explain_query(self, store, filter=None, **page):
        """The plan that the query would run; `page` is sort, limit and offset."""
        return self.call("explain_query", store=store, filter=filter or {}, **page)

    def generate_id(self, name, count=1):
        """A list of `count` (1 to 100) unique ids."""
        return unwrap(self.call("generate_id", name=name, count=count), "ids")

    def get_store_metrics(self, name):
        return self.call("get_store_metrics", name=name)

    store_metrics = get_store_metrics

    def get_all_store_metrics(self):
        """A list with the metrics of each store."""
        return unwrap(self.call("get_all_store_metrics"), "stores")

    all_store_metrics = get_all_store_metrics

    def reset_store_metrics(self, name):
        return self.call("reset_store_metrics", name=name)

    def get_storage_report(self, **selection):
        return self.call("get_storage_report", **selection)

    def compact_store(self, name):
        return self.call("compact_store", name=name)

    def scrub_store(self, name):
        return self.call("scrub_store", name=name)

    def backup(self, **options):
        return self.call("backup", **options)

    def list_backups(self):
        return unwrap(self.call("list_backups"), "backups")

    def restore_store(self, name, **options):
        return self.call("restore_store", name=name, **options)

    def list_archived_stores(self):
        return unwrap(self.call("list_archived_stores"), "stores")

    def unarchive_store(self, name, **options):
        return self.call("unarchive_store", name=name, **options)

    def import_records(self, store, records, **options):
        return self.call("import_records", store=store, records=records, **options)

    def export_records(self, store, **options):
        return self.call("export_records", store=store, **options)
