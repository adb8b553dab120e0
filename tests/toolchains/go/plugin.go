// Package probe tells activities of an account; it panics or never ends for the records that ask for it.
package probe

import (
	"fmt"
	"time"

	about "probe-go/build/bindings/insight_provider_about"
	types "probe-go/build/bindings/insight_provider_insight_types"
	summary "probe-go/build/bindings/insight_provider_record_summary"
	wit "probe-go/build/bindings/wit/types"
)

// AboutDescribe describes the plugin.
func AboutDescribe() about.Profile {
	return about.Profile{
		Title:       "Probe",
		Description: "Answers what the tests of the toolchains ask, in Go.",
		Version:     "0.1.0",
		Publisher:   about.Publisher{Name: "Tailspin Toys"},
		Languages:   []string{"en"},
	}
}

// RecordSummaryAnswer answers record summaries.
func RecordSummaryAnswer(context types.CallContext, request summary.ActivityRequest) wit.Result[summary.ActivityPage, types.Failure] {
	switch request.About.RecordId {
	case "trap":
		var none []string
		fmt.Println(none[len(request.About.RecordId)])
	case "loop":
		for {
		}
	}
	last := "A call is planned."
	if request.About.RecordId == "clock" {
		last = fmt.Sprintf("The clock says %d.", time.Now().UnixNano())
	}
	texts := []string{"A contract was signed.", "A visit took place.", last}
	start := min(int(request.Skip), len(texts))
	end := min(start+int(request.Top), len(texts))
	page := summary.ActivityPage{HasMore: end < len(texts), Language: wit.Some("en")}
	for _, text := range texts[start:end] {
		page.Items = append(page.Items, summary.Activity{Title: "Activity", Description: text, DateTime: context.ReceivedAt})
	}
	return wit.Ok[summary.ActivityPage, types.Failure](page)
}
