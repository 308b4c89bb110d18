"""All that speaks to Label Studio: server, accounts, desks, push, pull, ledger."""
