module probe-go

go 1.25
