package plugin

import (
	"testing"

	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	sales "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_key_sales_info"
	summary "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_record_summary"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

func summaryAt(time string) wit.Result[summary.ActivityPage, types.Failure] {
	return RecordSummaryAnswer(contextAt(time), summary.ActivityRequest{About: account, Top: 10})
}

func TestShipmentsAreToldOfWithTheirPlace(t *testing.T) {
	fake := newHost(t)

	items := summaryAt("08:00:00").Ok().Items

	if len(items) != 2 || items[0].DateTime != "2026-05-30T07:00:00Z" ||
		items[0].Description != "The espresso machine is in Genoa and arrives on June 3, 2 days late." ||
		items[1].Description != "The grinder has arrived in Seattle." {
		t.Errorf("got %+v", items)
	}
	if url := fake.sent[0].Url; url != "https://api.fabrikam.example/v1/accounts/4%2F2/shipments" {
		t.Errorf("asked %s", url)
	}
}

func TestShipmentsSeenBeforeTheWantedTimeAreLeftOut(t *testing.T) {
	newHost(t)
	request := summary.ActivityRequest{About: account, Since: wit.Some("2026-05-30T07:00:00Z"), Top: 10}

	if items := RecordSummaryAnswer(contextAt("08:00:00"), request).Ok().Items; len(items) != 1 {
		t.Errorf("got %+v", items)
	}
}

func TestOnlyWhatIsLateAndUnderWayIsHighlighted(t *testing.T) {
	newHost(t)

	page := KeySalesInfoAnswer(contextAt("08:00:00"), sales.HighlightRequest{About: account, Top: 10}).Ok()

	if len(page.Items) != 1 || page.HasMore {
		t.Errorf("got %+v", page)
	}
}

func TestFreshShipmentsAreNotAskedForAgain(t *testing.T) {
	fake := newHost(t)

	summaryAt("08:00:00")
	summaryAt("08:00:59")
	summaryAt("08:01:00")

	if len(fake.sent) != 2 {
		t.Errorf("sent %d requests", len(fake.sent))
	}
}

func TestStaleShipmentsStandInForABackendThatIsDown(t *testing.T) {
	fake := newHost(t)
	summaryAt("08:00:00")
	fake.isDown()

	if known := summaryAt("08:59:59"); known.IsErr() {
		t.Errorf("got %+v", known)
	}
	if gone := summaryAt("09:00:00"); gone.IsOk() || gone.Err().Tag() != types.FailureUnavailable {
		t.Errorf("got %+v", gone)
	}
}

func TestStatusesOfTheBackendAreFailures(t *testing.T) {
	for status, tag := range map[uint16]uint8{
		404: types.FailureRecordNotFound,
		429: types.FailureThrottled,
		503: types.FailureUnavailable,
		401: types.FailureFailed,
	} {
		newHost(t).responds(status, "")

		if answer := summaryAt("08:00:00"); answer.IsOk() || answer.Err().Tag() != tag {
			t.Errorf("status %d: got %+v", status, answer)
		}
	}
}

func TestARecordThatIsNoAccountHasNoShipments(t *testing.T) {
	fake := newHost(t)
	request := summary.ActivityRequest{About: types.CrmRecord{RecordType: "lead", RecordId: "1"}, Top: 10}

	if items := RecordSummaryAnswer(contextAt("08:00:00"), request).Ok().Items; len(items) != 0 || len(fake.sent) != 0 {
		t.Errorf("got %+v", items)
	}
}
