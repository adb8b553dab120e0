"""The cases of `answers.json` as questions and answers of the host's HTTP interface."""

import json
from urllib.parse import urlencode

ACCOUNT = "accountName"
STATUS = {"record-not-found": 404, "unavailable": 500}


def account(case):
    return case["request"]["inputs"][0]["value"]["text"]


def question(case):
    """The path and the body of a question."""
    request = case["request"]
    if case["capability"] == "chat":
        return f"chat/{request['skill']}?{urlencode({ACCOUNT: account(case)})}", None
    page = {"top": request["top"], "skip": request["skip"]}
    about = request.get("about", {})
    if case["capability"] == "email-draft":
        thread = {"resourceType": "email-thread", "resourceData": {"subject": "Your agreement"}}
        return "email-draft", {**thread, **about, **page}
    bounds = {"startDateTime": request.get("since"), "endDateTime": request.get("until")}
    return f"{case['capability']}?{urlencode({**about, **page, **{k: v for k, v in bounds.items() if v}})}", None


def status(case):
    return STATUS[case["failure"]] if "failure" in case else 200


def expected(case):
    """The expected answer of the host, without what it adds itself."""
    answer = case["answer"]
    if case["capability"] == "chat":
        return [[card["title"], card["subtitle"], card["url"]] for card in answer["cards"]]
    return {"value": [item(one) for one in answer["items"]], "hasMoreResults": answer["hasMore"]}


def item(one):
    properties = {pair["name"]: pair["value"] for pair in one["properties"]}
    if "kind" in one:
        named = {"contentType": "content-web", "content": one["url"], "contentTitle": one["title"]}
        named["contentDescription"] = one["description"]
    else:
        named = {name: one[name] for name in ("title", "description", "dateTime", "url") if name in one}
        # The host titles a highlight by the partner's name.
        named.setdefault("title", "Tailspin Sign")
    return {**named, **({"additionalProperties": properties} if properties else {})}


def answer(case, answered):
    """The answer of the host in the form of what is expected."""
    if case["capability"] != "chat":
        return answered
    previews = []
    for card in answered["adaptiveCards"]:
        preview, text = card["previewCardData"], card["adaptiveCard"]
        previews.append([preview["title"], preview.get("subTitle"), preview.get("url")])
        facts = next(one["facts"] for one in case["answer"]["cards"] if one["title"] == preview["title"])
        assert all(json.dumps(fact["value"], ensure_ascii=False)[1:-1] in text for fact in facts), text
    return previews

