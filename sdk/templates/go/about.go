// Package plugin tells sellers about the orders of an account.
//
// What it exports are functions, named by the interface and the function of that.
package plugin

import (
	about "contoso.example/my-plugin/build/bindings/insight_provider_about"
	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

// AboutDescribe returns what the plugin says of itself, for connectors, operators and people.
// What is not set is absent or empty.
func AboutDescribe() about.Profile {
	return about.Profile{
		Title:       "My Plugin",
		Description: "Shows sellers the latest orders of an account, and where each of them stands.",
		Version:     "0.1.0",
		Publisher: about.Publisher{
			Name:          "Contoso Ltd.",
			Website:       wit.Some("https://contoso.example"),
			PrivacyPolicy: wit.Some("https://contoso.example/privacy"),
			SupportEmail:  wit.Some("support@contoso.example"),
		},
		BrandColor: wit.Some("#0f6cbd"),
		Languages:  []string{"en"},
		Categories: []string{"Sales and CRM"},
		Example:    wit.Some(types.CrmRecord{RecordType: "account", RecordId: "42"}),
	}
}
