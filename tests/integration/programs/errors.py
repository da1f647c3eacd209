from mkdb_client import (
    MkDBAuthError,
    MkDBClient,
    MkDBConnectionError,
    MkDBQueryError,
    MkDBRecordNotFoundError,
    MkDBServerError,
    MkDBStoreNotFoundError,
    MkDBTimeoutError,
)

client = MkDBClient(host="127.0.0.1", port=9001)
client.connect()


def attempt(name, call):
    try:
        call()
    except MkDBRecordNotFoundError:
        print(name, "record")
    except MkDBStoreNotFoundError:
        print(name, "store")
    except MkDBQueryError:
        print(name, "query")
    except MkDBAuthError:
        print(name, "auth")
    except MkDBTimeoutError:
        print(name, "timeout")
    except MkDBConnectionError:
        print(name, "connection")
    except MkDBServerError:
        print(name, "server")


attempt("a", lambda: client.get("tools", "no_such_tool"))
attempt("b", lambda: client.get("no_such_store", "x"))
attempt("c", lambda: client.query("tools", {"price": {"roughly": 5}}))
attempt("d", lambda: client.set("tools", "x", {"price": 1}))
attempt("e", lambda: MkDBClient(access="RW", password="wrong").connect())
attempt("f", lambda: client.get("tools", ""))
client.close()
attempt("g", lambda: client.get("tools", "x"))
