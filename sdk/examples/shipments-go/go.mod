module fabrikam.example/fabrikam-freight

go 1.25
