from mkdb_client import MkDBController

ctrl = MkDBController(host="127.0.0.1", port=8090)
print(ctrl.login(username="admin", password="admin-password"))
ctrl.create_store("invoices", description="What is to be paid")
print([store["name"] for store in ctrl.list_stores()])
ctrl.delete_store("tools")
print([store["name"] for store in ctrl.list_stores()])
print(ctrl.server_status()); ctrl.server_stop("http"); print(ctrl.server_status()["http"]); ctrl.server_start("http")
print(ctrl.server_status()["http"])
ctrl.logout()
