"""Control actions on the listeners, on security, and on the database as a whole."""

from .control_session import given, unwrap


class ServerActions:
    """Mixed into MkDBController, which provides `call`."""

    def get_server_status(self):
        """As the server tells it: {"control": {"running": True}, "socket": …, "http": …}."""
        return self.call("get_server_status")

    def server_status(self):
        """In short: {"control": True, "socket": True, "http": False}."""
        return {name: bool(state.get("running")) for name, state in self.get_server_status().items()
                if isinstance(state, dict)}

    def server_control(self, server, op):
        """`server` is "socket", "http" or "control", `op` is "start", "stop" or "restart"."""
        return self.call("server_control", server=server, op=op)

    def server_start(self, server):
        return self.server_control(server, "start")

    def server_stop(self, server):
        return self.server_control(server, "stop")

    def server_restart(self, server):
        return self.server_control(server, "restart")

    def update_server_config(self, server, **settings):
        """Any setting of one listener, such as update_server_config("http", port=9002)."""
        return self.call("update_server_config", server=server, **settings)

    def get_db_info(self):
        return self.call("get_db_info")

    def get_dashboard(self):
        """Database, servers, totals, stores and events in one answer."""
        return self.call("get_dashboard")

    dashboard = get_dashboard

    def get_event_log(self, limit=None, level=None):
        """The newest events; `level` is "info", "warning", "error" or "recovery"."""
        return unwrap(self.call("get_event_log", **given(limit=limit, level=level)), "events")

    event_log = get_event_log

    def get_rate_limit_log(self, limit=None):
        return self.call("get_rate_limit_log", **given(limit=limit))

    rate_limit_log = get_rate_limit_log

    def get_db_settings(self):
        return self.call("get_db_settings")

    db_settings = get_db_settings

    def update_db_settings(self, name=None, storage_nodes=None):
        return self.call("update_db_settings", **given(name=name, storage_nodes=storage_nodes))

    def get_auth_status(self):
        return self.call("get_auth_status")

    auth_status = get_auth_status

    def set_auth_password(self, password):
        """The password of the panel."""
        return self.call("set_auth_password", password=password)

    def enable_auth(self):
        return self.call("enable_auth")

    def disable_auth(self):
        return self.call("disable_auth")

    def set_auth_session_ttl(self, seconds):
        """At least 60."""
        return self.call("set_auth_session_ttl", session_ttl=seconds)

    def invalidate_all_sessions(self):
        return self.call("invalidate_all_sessions")

    def get_data_security(self):
        return self.call("get_data_security")

    data_security = get_data_security

    def set_data_security(self, protect_reads=None, disable_default_password=None):
        return self.call("set_data_security", **given(protect_reads=protect_reads,
                                                      disable_default_password=disable_default_password))
