module contoso.example/my-plugin

go 1.25
