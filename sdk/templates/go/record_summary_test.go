package plugin

import (
	"testing"

	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	summary "contoso.example/my-plugin/build/bindings/insight_provider_record_summary"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

func TestTheLatestOrderComesFirst(t *testing.T) {
	answer := RecordSummaryAnswer(context, summary.ActivityRequest{About: account, Top: 10}).Ok()

	if len(answer.Items) != 3 || answer.Items[0].Title != "Order 1003" || answer.HasMore {
		t.Errorf("got %+v", answer)
	}
}

func TestOrdersBeforeTheWantedTimeAreLeftOut(t *testing.T) {
	request := summary.ActivityRequest{About: account, Since: wit.Some("2026-03-01T00:00:00Z"), Top: 10}

	if answer := RecordSummaryAnswer(context, request).Ok(); len(answer.Items) != 2 {
		t.Errorf("got %+v", answer)
	}
}

func TestAnUnknownAccountIsNotFound(t *testing.T) {
	answer := RecordSummaryAnswer(context, summary.ActivityRequest{About: unknown, Top: 10})

	if answer.Err().Tag() != types.FailureRecordNotFound {
		t.Errorf("got %+v", answer)
	}
}
