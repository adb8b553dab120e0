package plugin

import (
	"testing"

	summary "contoso.example/my-plugin/build/bindings/insight_provider_email_summary"
)

func TestEachKnownAccountHasOneInsight(t *testing.T) {
	records := []summary.ThreadRecord{{CrmRecord: unknown}, {CrmRecord: account, Connected: true}}

	answer := EmailSummaryAnswer(context, summary.EmailInsightRequest{About: records, Top: 10}).Ok()

	if len(answer.Items) != 1 || answer.Items[0].Text != sentence {
		t.Errorf("got %+v", answer)
	}
}
