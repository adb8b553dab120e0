package plugin

import (
	"testing"

	details "contoso.example/my-plugin/build/bindings/insight_provider_record_details"
)

func TestAnOrderShowsItsStatus(t *testing.T) {
	answer := RecordDetailsAnswer(context, details.RelatedRecordRequest{About: account, Top: 10}).Ok()

	if answer.Items[0].Properties[0].Value != "on its way" {
		t.Errorf("got %+v", answer)
	}
}
