package plugin

import (
	config "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_config"
	http "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_http_client"
	store "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_key_value"
	log "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_log"
)

func init() {
	host.config = config.Get
	host.send = http.Send
	host.get = store.Get
	host.set = store.Set
	host.debug = func(message string) { log.Write(log.LevelDebug, message, nil) }
}
