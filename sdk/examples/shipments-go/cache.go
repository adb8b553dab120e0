package plugin

import (
	"encoding/json"
	"time"

	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
)

const (
	// fresh is the age up to which stored shipments are not asked for again.
	fresh = time.Minute
	// stale is the age up to which they stand in for a backend that is down.
	stale = time.Hour
)

// entry is a value of the cache.
type entry struct {
	At        time.Time  `json:"at"`
	Shipments []Shipment `json:"shipments"`
}

// cached returns stored shipments that are fresh. Else it fetches and stores them; stale ones stand in for a backend
// that is down. A cache that does not serve costs nothing but the fetch.
func cached(context types.CallContext, key string, fetch func() ([]Shipment, error)) ([]Shipment, error) {
	now, err := time.Parse(time.RFC3339, context.ReceivedAt)
	if err != nil {
		return fetch()
	}
	stored, isStored := read(key)
	age := now.Sub(stored.At)
	if isStored && age < fresh {
		return stored.Shipments, nil
	}
	shipments, err := fetch()
	if err == nil {
		write(key, entry{At: now, Shipments: shipments})
	} else if isStored && age < stale && isMomentary(err) {
		return stored.Shipments, nil
	}
	return shipments, err
}

func read(key string) (entry, bool) {
	var stored entry
	found := host.get(key)
	if found.IsErr() || found.Ok().IsNone() {
		return stored, false
	}
	return stored, json.Unmarshal([]byte(found.Ok().Some()), &stored) == nil
}

func write(key string, value entry) {
	text, err := json.Marshal(value)
	if err != nil {
		return
	}
	if stored := host.set(key, string(text), uint32(stale.Seconds())); stored.IsErr() {
		host.debug("the cache does not serve")
	}
}
