from mkdb_client import MkDBClient

client = MkDBClient(host="127.0.0.1", port=9001, access="RW", password="mk_db")
client.connect()
client.set("tools", "saw_7", {"name": "Hand Saw", "price": 24.5})
resp = client.insert("tools", {"name": "Pocket Saw", "price": 9.75}); print(resp.record_id)
resp = client.get("tools", "saw_7")
if resp.found: print(resp.data)
resp = client.query("tools", {"price": {"lte": 10.00}}); print(resp.count, resp.ids)
resp = client.query("tools", {"name": ["saw"]}, hydrate=True); print(resp.records)
client.on_update("tools", lambda event: print("Change:", event))
client.delete("tools", "saw_7")
client.close()
