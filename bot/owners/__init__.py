"""Who answers for a control: offers, hand-overs, leave, stand-ins and leavers."""
