// Package plugin tells sellers where the shipments to an account are, and which of them are late.
//
// What it exports are functions, named by the interface and the function of that.
package plugin

import (
	about "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_about"
	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

// AboutDescribe returns what the plugin says of itself, for connectors, operators and people.
func AboutDescribe() about.Profile {
	return about.Profile{
		Title:       "Fabrikam Freight",
		Description: "Shows sellers where the shipments to an account are, and which of them are late.",
		Version:     "1.0.0",
		Publisher: about.Publisher{
			Name:          "Fabrikam, Inc.",
			Website:       wit.Some("https://fabrikam.example"),
			PrivacyPolicy: wit.Some("https://fabrikam.example/privacy"),
			SupportEmail:  wit.Some("support@fabrikam.example"),
		},
		BrandColor: wit.Some("#7a2e0e"),
		Languages:  []string{"en"},
		Categories: []string{"Sales and CRM"},
		Example:    wit.Some(types.CrmRecord{RecordType: "account", RecordId: "42"}),
	}
}
