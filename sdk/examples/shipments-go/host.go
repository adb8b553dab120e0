package plugin

import (
	http "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_http_client"
	store "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_key_value"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

// host is what the plugin calls of the host: host_wasip1.go in a component, and a fake in tests.
var host struct {
	config func(name string) wit.Option[string]
	send   func(request http.HttpRequest) wit.Result[http.HttpResponse, http.HttpError]
	get    func(key string) wit.Result[wit.Option[string], store.StoreError]
	set    func(key, value string, seconds uint32) wit.Result[wit.Unit, store.StoreError]
	debug  func(message string)
}
