"""Asks components of the e-signature sample through a host, with a backend: `ask.py HOST WORK SAMPLE`.

WORK has the folder `plugins`, and `ca.pem` and `key.pem` for the backend. The recorded replies and the expected answers
are of one day. The host's clock is not, so their dates are moved to today, by whole days.
"""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import backend
import forms

HOST, WORK, SAMPLE = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
TOKEN = "a token of Tailspin"
NOW = "2026-05-15T12:00:00Z"
SHIFT = datetime.now(timezone.utc).date() - date.fromisoformat(NOW[:10])
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def moved(text):
    """Moves all dates of a text by the same days: instants, and dates in English and German."""

    def instant(found):
        return (date.fromisoformat(found[0]) + SHIFT).isoformat()

    def english(found):
        day = date(int(found[3]), MONTHS.index(found[1]) + 1, int(found[2])) + SHIFT
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"

    def german(found):
        return (date(int(found[3]), int(found[2]), int(found[1])) + SHIFT).strftime("%d.%m.%Y")

    text = re.sub(r"\d{4}-\d\d-\d\d(?=T)", instant, text)
    text = re.sub(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}), (\d{{4}})", english, text)
    return re.sub(r"\b(\d\d)\.(\d\d)\.(\d{4})", german, text)


def settings(plugins, origin):
    text = f'[http]\nlisten = "127.0.0.1:0"\n[admin]\nlisten = "off"\n[state]\ndirectory = "off"\n'
    text += f'[http-client]\nca-file = "{WORK}/ca.pem"\n[key-value]\ntime = "2s"\n'
    for plugin in plugins:
        text += f'[plugins.{plugin}.config]\nbackend = "{origin}"\n'
        text += f'[plugins.{plugin}.grants]\nkey-value = "per-tenant"\n'
        text += f'http = [{{ origin = "{origin}", methods = ["GET"], networks = ["loopback"] }}]\n'
        text += f'[plugins.{plugin}.grants.secrets.sign-token]\nfile = "{WORK}/token"\nhosts = ["localhost"]\n'
        text += 'header = "authorization"\n'
    return text


def serve(plugins, origin):
    """Starts the host, and waits until it has loaded all plugins."""
    (WORK / "token").write_text(TOKEN)
    (WORK / "token").chmod(0o600)
    (WORK / "insight-host.toml").write_text(settings(plugins, origin))
    command = [HOST, "serve", "--plugins", WORK / "plugins", "--config", WORK / "insight-host.toml"]
    host = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(WORK / "host.log").open("w"), text=True)
    url = host.stdout.readline().removeprefix("listening on ").strip()
    until = time.monotonic() + 180
    # No backend knows of contacts.
    for plugin in plugins:
        while ask(f"{url}/api/providers/{plugin}/record-summary?recordType=contact&recordId=1")[0] != 200:
            assert host.poll() is None and time.monotonic() < until, (WORK / "host.log").read_text()
            time.sleep(0.1)
    return host, url


def ask(url, body=None, headers={}):
    headers = {"content-type": "application/json", **headers} if body else headers
    request = urllib.request.Request(url, body and json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("content-language")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), None


def check(url, plugins, case):
    """Asks every plugin, compares the answers with what is expected and with each other."""
    answers = []
    for plugin in plugins:
        path, body = forms.question(case)
        languages = ", ".join(f"{tag};q={1 - place / 10}" for place, tag in enumerate(case["languages"]))
        status, text, language = ask(f"{url}/api/providers/{plugin}/{path}", body, {"accept-language": languages})
        where = f"{case['name']}: {plugin}: {status} {text}"
        assert status == forms.status(case), where
        if status == 200:
            answers.append(text)
            assert forms.answer(case, json.loads(text)) == forms.expected(case), where
            assert language == case["answer"]["language"], f"{where} in {language}"
        if status == 200 and case["capability"] == "chat":
            # Words and data, which the cards do not have, reach agents as the answer of a tool.
            tool = f"{plugin.replace('-', '_')}_pending_signatures"
            call = {"name": tool, "arguments": {forms.ACCOUNT: forms.account(case)}}
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
            status, text, _ = ask(f"{url}/mcp/{plugin}", call, {"accept-language": languages})
            told = json.loads(text)["result"]["structuredContent"]
            where = f"{case['name']}: {plugin}: {text}"
            assert told["value"][0]["text"] == case["answer"]["text"], where
            assert json.dumps(told.get("data")) == json.dumps(json.loads(case["answer"].get("data", "null"))), where
            answers[-1] += text
    assert len(set(answers)) <= 1, f"{case['name']}: answers differ: {answers}"


def main():
    file = json.loads(moved((SAMPLE / "answers.json").read_text()))
    plugins = sorted(path.stem for path in (WORK / "plugins").glob("*.wasm"))
    server = backend.start(moved((SAMPLE / "backend.har").read_text()), TOKEN, WORK)
    assert len(plugins) == 3, plugins
    host, url = serve(plugins, f"https://localhost:{server.server_port}")
    try:
        up = [case for case in file["cases"] if case["backend"] == "up"]
        for case in up:
            check(url, plugins, case)
        backend.stop(server)
        # What was answered above is known, and another account is not.
        known = next(case for case in up if case["capability"] == "key-sales-info")
        check(url, plugins, known)
        unknown = next(case for case in file["cases"] if case.get("failure") == "unavailable")
        unknown["request"]["about"]["recordId"] = "46"
        check(url, plugins, unknown)
        print(f"{len(up) + 2} questions to {', '.join(plugins)}: answers are equal")
    finally:
        host.terminate()
        host.wait()


main()
