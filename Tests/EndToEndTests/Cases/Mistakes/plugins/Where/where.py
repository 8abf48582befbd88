import json, os, sys
host = json.load(sys.stdin)["host"]["name"]
print(json.dumps({"log": f"for {host}, {'over ssh' if 'SSH_CONNECTION' in os.environ else 'on the controller'}"}))
print(json.dumps({"outcome": "branch", "taken": host == "web01"}))
