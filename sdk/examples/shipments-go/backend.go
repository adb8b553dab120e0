package plugin

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	http "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_http_client"
	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

// answerMs is what is left of a call's time for the answer, in milliseconds.
const answerMs = 100

// fetchShipments asks the backend for the shipments to an account.
func fetchShipments(context types.CallContext, account string) ([]Shipment, error) {
	base := host.config("backend")
	if base.IsNone() {
		return nil, failed("`backend` is not set in the plugin's [config]")
	}
	outcome := host.send(http.HttpRequest{
		Method:    "GET",
		Url:       base.Some() + "/v1/accounts/" + url.PathEscape(account) + "/shipments",
		Headers:   []http.Header{{Name: "x-api-key", Value: "{{secret:freight-key}}"}},
		TimeoutMs: wit.Some(max(context.TimeLeftMs, 2*answerMs) - answerMs),
	})
	if outcome.IsErr() {
		return nil, noResponse(outcome.Err())
	}
	return shipmentsIn(outcome.Ok())
}

// shipmentsIn reads a response of the backend.
func shipmentsIn(response http.HttpResponse) ([]Shipment, error) {
	switch status := response.Status; {
	case status == 404:
		return nil, failure{types.MakeFailureRecordNotFound()}
	case status == 429:
		return nil, failure{types.MakeFailureThrottled(retryAfter(response))}
	case status >= 500:
		return nil, unavailable(fmt.Sprintf("the backend answers with status %d", status))
	case status != 200:
		return nil, failed(fmt.Sprintf("the backend answers with status %d", status))
	}
	var reply struct {
		Shipments []Shipment `json:"shipments"`
	}
	if err := json.Unmarshal([]byte(response.Body), &reply); err != nil {
		return nil, failed("the backend's response is malformed")
	}
	return reply.Shipments, nil
}

// noResponse returns the failure that the lack of a response means.
func noResponse(err http.HttpError) error {
	switch err.Tag() {
	case http.HttpErrorTimedOut:
		return unavailable("the backend does not answer in time")
	case http.HttpErrorUnreachable:
		return unavailable(err.Unreachable())
	case http.HttpErrorNotGranted:
		return failed(err.NotGranted())
	default:
		return failed(fmt.Sprintf("the request cannot be sent (%d)", err.Tag()))
	}
}

// retryAfter returns the seconds after which the backend wants the next request, if it says them.
func retryAfter(response http.HttpResponse) wit.Option[uint32] {
	for _, header := range response.Headers {
		if header.Name != "retry-after" {
			continue
		}
		if seconds, err := strconv.ParseUint(header.Value, 10, 32); err == nil {
			return wit.Some(uint32(seconds))
		}
	}
	return wit.None[uint32]()
}
