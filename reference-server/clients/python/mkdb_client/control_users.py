"""Control actions on users of the data plane, users of the control plane, and tokens."""

from .control_session import unwrap


class UserActions:
    """Mixed into MkDBController, which provides `call`."""

    def list_users(self):
        return unwrap(self.call("list_users"), "users")

    def create_user(self, username, password, **options):
        return self.call("create_user", username=username, password=password, **options)

    def delete_user(self, username):
        return self.call("delete_user", username=username)

    def set_user_password(self, username, password):
        return self.call("set_user_password", username=username, password=password)

    def set_user_store_access(self, username, store, read=True, write=False):
        return self.call("set_user_store_access", username=username, store=store, read=read, write=write)

    def remove_user_store_access(self, username, store):
        return self.call("remove_user_store_access", username=username, store=store)

    def list_control_users(self):
        return unwrap(self.call("list_control_users"), "users")

    def create_control_user(self, username, password, role="viewer"):
        """`role` is "viewer", "operator" or "admin"."""
        return self.call("create_control_user", username=username, password=password, role=role)

    def delete_control_user(self, username):
        return self.call("delete_control_user", username=username)

    def set_control_user_password(self, username, password):
        return self.call("set_control_user_password", username=username, password=password)

    def set_control_user_role(self, username, role):
        return self.call("set_control_user_role", username=username, role=role)

    def create_token(self, **options):
        return self.call("create_token", **options)

    def revoke_token(self, **options):
        return self.call("revoke_token", **options)
