package plugin

import (
	"time"

	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	summary "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_record_summary"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

// RecordSummaryAnswer returns activities for the summary of an account: where its shipments were last seen.
func RecordSummaryAnswer(
	context types.CallContext,
	request summary.ActivityRequest,
) wit.Result[summary.ActivityPage, types.Failure] {
	all, err := shipmentsTo(context, request.About)
	var wanted []summary.Activity
	for _, shipment := range all {
		seen := shipment.SeenAt.UTC().Format(time.RFC3339)
		// The host's instants compare as text.
		if request.Since.SomeOr("") <= seen && seen <= request.Until.SomeOr("9") {
			wanted = append(wanted, activity(shipment, seen))
		}
	}
	shown, more := page(wanted, request.Skip, request.Top)
	return result(summary.ActivityPage{Items: shown, HasMore: more, Language: wit.Some("en")}, err)
}

func activity(shipment Shipment, seen string) summary.Activity {
	return summary.Activity{
		Title:       "Shipment " + shipment.ID,
		Description: shipment.Sentence(),
		DateTime:    seen,
		Url:         wit.Some(shipment.URL()),
		Properties: []types.Property{
			{Name: "Place", Value: shipment.Place},
			{Name: "Due", Value: shipment.DueAt.UTC().Format(time.DateOnly)},
		},
	}
}

// page returns the items that a request wants, and whether there are more behind them.
func page[T any](all []T, skip, top uint32) ([]T, bool) {
	start := min(int(skip), len(all))
	end := min(start+int(top), len(all))
	return all[start:end], end < len(all)
}
