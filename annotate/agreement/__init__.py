"""How far annotators agree. Knows tables and schemes, neither files nor Label Studio."""
