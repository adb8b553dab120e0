package plugin

import (
	"testing"

	http "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_http_client"
	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	store "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_key_value"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

const shipments = `{"shipments": [
	{"id": "7", "goods": "The espresso machine", "place": "Genoa", "seenAt": "2026-05-30T09:00:00+02:00",
	 "dueAt": "2026-06-01T00:00:00Z", "expectedAt": "2026-06-03T12:00:00Z"},
	{"id": "6", "goods": "The grinder", "place": "Seattle", "seenAt": "2026-05-02T09:00:00Z", "arrived": true,
	 "dueAt": "2026-05-03T00:00:00Z", "expectedAt": "2026-05-02T09:00:00Z"}
]}`

var account = types.CrmRecord{RecordType: "account", RecordId: "4/2"}

// fakeHost answers the plugin, and counts the requests that it sends.
type fakeHost struct {
	outcome wit.Result[http.HttpResponse, http.HttpError]
	entries map[string]string
	sent    []http.HttpRequest
}

// newHost installs a host whose backend answers with the shipments, and which grants a cache.
func newHost(t *testing.T) *fakeHost {
	fake := &fakeHost{entries: map[string]string{}}
	fake.responds(200, shipments)
	before := host
	t.Cleanup(func() { host = before })
	host.config = func(string) wit.Option[string] { return wit.Some("https://api.fabrikam.example") }
	host.debug = func(string) {}
	host.send = func(request http.HttpRequest) wit.Result[http.HttpResponse, http.HttpError] {
		fake.sent = append(fake.sent, request)
		return fake.outcome
	}
	host.get = func(key string) wit.Result[wit.Option[string], store.StoreError] {
		value, found := fake.entries[key]
		if !found {
			return wit.Ok[wit.Option[string], store.StoreError](wit.None[string]())
		}
		return wit.Ok[wit.Option[string], store.StoreError](wit.Some(value))
	}
	host.set = func(key, value string, _ uint32) wit.Result[wit.Unit, store.StoreError] {
		fake.entries[key] = value
		return wit.Ok[wit.Unit, store.StoreError](wit.Unit{})
	}
	return fake
}

func (fake *fakeHost) responds(status uint16, body string) {
	fake.outcome = wit.Ok[http.HttpResponse, http.HttpError](http.HttpResponse{Status: status, Body: body})
}

func (fake *fakeHost) isDown() {
	fake.outcome = wit.Err[http.HttpResponse](http.MakeHttpErrorUnreachable("the connection is refused"))
}

// contextAt returns the context of a call that reaches the host at a time of 1 June 2026.
func contextAt(time string) types.CallContext {
	return types.CallContext{ReceivedAt: "2026-06-01T" + time + "Z", TimeLeftMs: 4000, Languages: []string{"en"}}
}
