"""What somebody owes and when, from every capability: `/frister`."""
