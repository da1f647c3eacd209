"""The administrator's client: one method for every action of the control plane."""

from .control_servers import ServerActions
from .control_session import ControlSession
from .control_stores import StoreActions
from .control_users import UserActions


class MkDBController(StoreActions, UserActions, ServerActions, ControlSession):
    """Manages stores, users and servers over the control plane.

    A method is named after its action without `api_` and returns the action's result; a refusal is a
    ControllerError. `call(action, **fields)` reaches actions newer than this package.
    As a context manager it logs out at the end.
    """
